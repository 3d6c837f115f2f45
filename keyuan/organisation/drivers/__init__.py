"""The outside world of signing in: passkeys' ceremonies, providers of single sign-on."""
