package syncing_test

import (
	"os"
	"testing"
)

// asChild makes this test binary play another process: "life" is one life of Tradepost in the chaos, "guest" one that signs in.
const asChild = "TRADEPOST_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(asChild) {
	case "life":
		os.Exit(oneLife())
	case "guest":
		os.Exit(oneGuest())
	}
	os.Exit(m.Run())
}
