"""Fetching a model from the Hugging Face hub, and finding one that is in its cache already.

`listing.plan_download` asks the hub what belongs to a model at one commit; `session.download` fetches it so that a
crash, a kill or a pulled plug at any moment leaves either nothing, a part that the next call goes on with, or the
verified model; `cache.find_cached_snapshot` looks where other programs keep theirs; `plan` holds the data that goes in
and out. Nothing is imported here, since the cache is looked at by every start and httpx2 would slow that down; none of
it imports torch, and huggingface_hub comes only when the network is needed.
"""
