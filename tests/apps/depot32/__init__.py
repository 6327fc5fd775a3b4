"""The depot: an app of 32 modules, each with `init_app`; it serves parcels out of memory."""
