"""The rules of the hotline: pure, without I/O, clock or chance, so that workflows can replay them."""
