//! What the three GPOs do on the servers they apply to (domain 4.5).
