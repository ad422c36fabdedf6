//! Ctrl-C: asked once, a run ends after the step it is in; asked twice, the process ends at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::exit::Exit;

static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Starts to listen for Ctrl-C on a thread of its own and returns the flag it raises.
pub fn listen() -> Arc<AtomicBool> {
    let flag = ASKED.get_or_init(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let raised = Arc::clone(&flag);
        let listener = std::thread::Builder::new().name("ctrl-c".to_owned());
        // Without a listener Ctrl-C ends the process as it does by default.
        let _ = listener.spawn(move || wait(&raised));
        flag
    });
    Arc::clone(flag)
}

/// Waits until somebody asks the process to end, or its terminal goes away.
pub async fn terminated() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::terminate(), SignalKind::hangup()];
        if let [Ok(mut terminate), Ok(mut hang_up)] = kinds.map(signal) {
            tokio::select! {
                biased;
                _ = terminate.recv() => return,
                _ = hang_up.recv() => return,
            }
        }
    }
    std::future::pending().await
}

fn wait(flag: &AtomicBool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return;
    };
    runtime.block_on(async {
        while tokio::signal::ctrl_c().await.is_ok() {
            if flag.swap(true, Ordering::SeqCst) {
                std::process::exit(i32::from(Exit::Interrupted.code()));
            }
        }
    });
}
