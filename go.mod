module detour

go 1.26
