package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// attachConsole lets commands answer in the console they were typed in: a program with a window has none of its own
// (AttachConsole, ATTACH_PARENT_PROCESS; Windows console documentation). Output that is redirected stays redirected.
func attachConsole() {
	const parent = ^uintptr(0)
	if out, err := windows.GetStdHandle(windows.STD_OUTPUT_HANDLE); err == nil && out != 0 {
		return
	}
	attach := windows.NewLazySystemDLL("kernel32.dll").NewProc("AttachConsole")
	if ok, _, _ := attach.Call(parent); ok == 0 {
		return
	}
	if console, err := os.OpenFile("CONOUT$", os.O_WRONLY, 0); err == nil {
		os.Stdout, os.Stderr = console, console
	}
}
