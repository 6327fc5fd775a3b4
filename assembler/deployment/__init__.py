"""Render the deployment of a set of profiles: for Kubernetes, for compose, for systemd."""
