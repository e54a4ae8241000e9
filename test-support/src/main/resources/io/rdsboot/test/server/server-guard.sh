# Waits for the end of the JVM that started it, which holds the other end of the standard input. Then ends the servers
# whose data is in the directory $0, and deletes the directory; both are gone by then unless the JVM was killed.
trap '' HUP INT TERM
read -r _

# The process id of a server that crashed may be somebody else's by now. One that has ended has no arguments,
# though its id is there until its parent asks for it.
serves() {
	case $(tr '\0' ' ' < "/proc/$1/cmdline" 2> /dev/null || ps -o args= -p "$1") in
	*"$2"*) return 0 ;;
	*) return 1 ;;
	esac
}

for file in "$0"/*/data/postmaster.pid; do
	[ -f "$file" ] && read -r pid < "$file" || continue
	data=${file%/postmaster.pid}
	serves "$pid" "$data" || continue
	# A frozen server hears of its end when it goes on.
	kill -QUIT "$pid"
	kill -CONT "$pid"
	# A server removes its file before it ends.
	rounds=0
	while [ $rounds -lt 100 ] && serves "$pid" "$data"; do
		sleep 0.1
		rounds=$((rounds + 1))
	done
done
rm -rf "$0"
