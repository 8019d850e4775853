"""The machine that follows the log and keeps rows. It knows no ledger."""
