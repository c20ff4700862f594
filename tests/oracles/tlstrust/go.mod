module msr-storage/oracles/tlstrust

go 1.26.0
