"""Every place from its own side: who reaches it, what it has around, and who is near and held off."""
