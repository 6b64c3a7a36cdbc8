"""Side effects. `interfaces` has what workflows see; the other modules have the bodies, by class."""
