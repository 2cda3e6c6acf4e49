"""What people agreed to, refused or objected to, with its proof. Stands low, so that every domain can ask it."""
