package main

import (
	"os"
	"testing"
)

// asChild makes this test binary play another process: "command" is the program itself, "import" the import that dies.
const asChild = "TRADEPOST_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(asChild) {
	case "command":
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	case "import":
		os.Exit(importMortally(os.Args[1:]))
	}
	os.Exit(m.Run())
}
