# Only what the Dockerfile copies: no secret and no database gets into the image.
*
!@package@
!migrations
!profiles
!pyproject.toml
!README.md
**/__pycache__
