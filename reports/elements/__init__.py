"""Parts of forms: letterhead, tables, barcode, QR, signature blocks, fonts."""
