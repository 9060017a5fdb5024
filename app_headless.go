//go:build headless

package main

import "tradepost/backend/fault"

// runWindow exists so that main.go compiles without Wails.
func runWindow(Host) error {
	return fault.New(fault.Unavailable, "This build of Tradepost has no window.",
		`Start it with "tradepost serve" and open the address it prints in a browser.`)
}

func hasTray() bool { return false }
