#!/usr/bin/env bash
# Whether a server of this container answers 200, without a client to install:  is_healthy.sh PORT PATH
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
read -r -t 4 _ status _ <&3 && [ "$status" = 200 ]
