"""Ponder's own decoder for dense Qwen3: geometry, rotary embedding, linear layers, KV cache, forward pass."""
