package autostart

import (
	"errors"
	"strings"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// runKey holds what Windows starts at sign-in:
// https://learn.microsoft.com/windows/win32/setupapi/run-and-runonce-registry-keys
const (
	runKey = `Software\Microsoft\Windows\CurrentVersion\Run`
	value  = "Tradepost"
)

func open(access uint32) (registry.Key, error) {
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, access)
	return key, err
}

func enabled() (bool, error) {
	key, err := open(registry.QUERY_VALUE)
	if err != nil {
		return false, err
	}
	defer func() { _ = key.Close() }() // only read from
	_, _, err = key.GetStringValue(value)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func enable(entry Entry) error {
	key, err := open(registry.SET_VALUE)
	if err != nil {
		return err
	}
	command := windows.EscapeArg(entry.Program)
	if !strings.HasPrefix(command, `"`) {
		command = `"` + command + `"`
	}
	for _, argument := range entry.Arguments {
		command += " " + windows.EscapeArg(argument)
	}
	return errors.Join(key.SetStringValue(value, command), key.Close())
}

func disable() error {
	key, err := open(registry.SET_VALUE)
	if err != nil {
		return err
	}
	err = key.DeleteValue(value)
	if errors.Is(err, registry.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, key.Close())
}
