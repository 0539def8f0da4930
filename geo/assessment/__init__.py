"""The measures applied to the cases of one study."""
