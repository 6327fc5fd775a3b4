"""What is told to whoever listens."""

from blinker import Signal

sold = Signal()
