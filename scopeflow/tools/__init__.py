"""The command line: scopeflow run, scopeflow explain."""
