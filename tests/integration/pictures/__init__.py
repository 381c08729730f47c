"""Pictures: kept, and served."""
