"""The conversation on screen: bubbles, thoughts, answers, notices, and the scrolling around them."""
