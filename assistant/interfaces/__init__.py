"""An answer → terminal, browser, other programs: these translate, and decide nothing."""
