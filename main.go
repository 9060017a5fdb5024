package main

import (
	"embed"
	"fmt"
	"os"
	_ "time/tzdata"
)

//go:embed all:frontend/dist
var assets embed.FS

var version = "dev"

// TEMPORARY: stands in until the real main.go lands.
func main() {
	if len(os.Args) > 1 && os.Args[1] == "version" {
		fmt.Println(version)
		return
	}
	if err := runWindow(newPlaceholder()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
