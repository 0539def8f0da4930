"""The street network: streets as mapped, profiles of travel, frozen arrays, points joined to edges."""
