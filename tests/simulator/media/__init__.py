"""Real media made of the world's pictures: live HLS, MP4 clips, MP3 sound."""
