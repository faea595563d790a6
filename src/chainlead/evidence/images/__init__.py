"""What is inside disk images: containers, partitions, encrypted volumes, file systems, the rest."""
