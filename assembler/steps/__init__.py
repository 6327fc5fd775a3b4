"""What a step may name: patches, config sources, catalogue steps, adapters."""
