# Waits for the end of the JVM that started it, which holds the other end of the standard input. Then ends the servers
# whose data is in the directory $0, and deletes the directory; both are gone by then unless the JVM was killed.
trap '' HUP INT TERM
read -r _

arguments() {
	tr '\0' ' ' < "/proc/$1/cmdline" 2> /dev/null || ps -o args= -p "$1"
}

for file in "$0"/*/data/postmaster.pid; do
	[ -f "$file" ] && read -r pid < "$file" || continue
	# The process id of a server that crashed may be somebody else's by now.
	case $(arguments "$pid") in
	# A frozen server hears of its end when it goes on.
	*"${file%/postmaster.pid}"*) kill -QUIT "$pid"; kill -CONT "$pid" ;;
	*) rm -f "$file" ;;
	esac
done
rounds=0
while [ $rounds -lt 100 ] && ls "$0"/*/data/postmaster.pid; do
	sleep 0.1
	rounds=$((rounds + 1))
done
rm -rf "$0"
