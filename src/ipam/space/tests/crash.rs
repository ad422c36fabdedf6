//! An allocation stopped before every one of its statements.

use super::*;

#[test]
fn an_allocation_cut_anywhere_leaves_all_of_it_or_nothing() {
    let mut cut = 0;
    loop {
        let place = scratch("allocation.db");
        let store = place.open();
        add_range(&store, NewRange::new(net("10.0.1.0/24"))).unwrap();
        add_address(&store, NewAddress::new(ip("10.0.1.1"))).unwrap();
        store.faults().fail_after(Some(cut));
        let result = add_address(&store, NewAddress::new(ip("10.0.1.2")));
        drop(store);

        let store = place.open();
        let all = store
            .read(|tx| crate::ipam::space::addresses::list(tx, &AddressQuery::default()))
            .unwrap();
        let found: Vec<IpAddr> = all.iter().map(|address| address.key.ip_address).collect();
        match &result {
            Ok(_) => assert_eq!(found, [ip("10.0.1.1"), ip("10.0.1.2")]),
            Err(error) => {
                assert_eq!(error.id, ErrorId::IpamApiDatabaseConnectionLost);
                assert_eq!(found, [ip("10.0.1.1")], "cut before statement {cut}");
            }
        }
        assert_eq!(ranges_of(&store).len(), 1);
        if result.is_ok() {
            break;
        }
        cut += 1;
    }
    assert!(cut >= 4, "an allocation has several statements");
}
