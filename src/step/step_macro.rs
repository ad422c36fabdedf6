//! What follows from one line of the registry a step: enum, names, schema, dispatch.
//!
//! The macro is expanded in [`super::registry`] and names what is in scope there.

macro_rules! steps {
    (; $( #[doc = $does:literal] $name:literal => $variant:ident($arguments:ty), )*) => {
        /// A step with its arguments.
        #[derive(Debug, Clone)]
        pub enum Step { $( #[doc = $does] $variant($arguments), )* }

        /// The name of a step, without arguments.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Name { $( #[doc = $does] $variant, )* }

        /// The registry.
        pub const STEPS: &[StepInfo] = &[$(
            StepInfo {
                name: $name,
                does: $does.trim_ascii(),
                schema: |generator| generator.subschema_for::<$arguments>(),
            },
        )*];

        impl Name {
            /// Every name, as error messages list them.
            pub const ALL: &[&str] = &[$($name),*];

            pub fn of(text: &str) -> Option<Name> {
                match text { $( $name => Some(Name::$variant), )* _ => None }
            }

            pub fn text(self) -> &'static str {
                match self { $( Name::$variant => $name, )* }
            }

            /// Reads the arguments of the step of this name.
            pub(super) fn read<'de, D: Deserializer<'de>>(self, from: D) -> Result<Step, D::Error> {
                match self {
                    $( Name::$variant => <$arguments>::deserialize(from).map(Step::$variant), )*
                }
            }
        }

        impl Step {
            /// The step's name as scenarios write it.
            pub fn name(&self) -> &'static str {
                match self { $( Step::$variant(_) => $name, )* }
            }

            /// Everything the step names that must exist.
            pub fn mentions(&self) -> Mentions<'_> {
                let mut mentions = Mentions::default();
                match self { $( Step::$variant(arguments) => arguments.mentions(&mut mentions), )* }
                mentions
            }

            /// Carries the step out; what was seen is on the stage, also when it fails.
            ///
            /// Boxed, so that the compiler does not weave every step into one state machine.
            pub fn apply<'a>(&'a self, stage: &'a mut Stage<'_>) -> LocalBoxFuture<'a, StepResult> {
                match self {
                    $( Step::$variant(arguments) => arguments.apply(stage).boxed_local(), )*
                }
            }
        }
    };
}

pub(super) use steps;
