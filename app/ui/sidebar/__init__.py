"""The sidebar: new chat, search, the list of chats, and the ways to what else there is."""
