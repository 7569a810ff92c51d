"""From a dossier to report data, to PDF, to a print job."""
