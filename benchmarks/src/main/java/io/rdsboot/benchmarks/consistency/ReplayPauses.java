package io.rdsboot.benchmarks.consistency;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * Pauses the replay of one reader, then of another, then of all, over and over, with as
 * much time between as the pauses last. Not thread-safe.
 */
final class ReplayPauses {

	/** Twice the time for which a two-second timer keeps reads on the writer. */
	private static final Duration PAUSE = Duration.ofSeconds(4);

	private final LocalRdsCluster cluster;

	private final Thread thread = new Thread(this::run, "replay-pauses");

	/**
	 * Starts the pauses.
	 * @param cluster a cluster of two readers or more
	 */
	ReplayPauses(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.thread.start();
	}

	private void run() {
		List<LocalRdsInstance> readers = this.cluster.readers();
		List<List<LocalRdsInstance>> turns = List.of(readers.subList(0, 1), readers.subList(1, 2), readers);
		for (int turn = 0; !this.thread.isInterrupted(); turn = (turn + 1) % turns.size()) {
			List<LocalRdsInstance> paused = turns.get(turn);
			paused.forEach(this.cluster::pauseReplay);
			pass();
			paused.forEach(this.cluster::resumeReplay);
			pass();
		}
	}

	private void pass() {
		try {
			TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
		}
		catch (InterruptedException ex) {
			this.thread.interrupt();
		}
	}

	/**
	 * Ends the pauses; every reader replays when this returns.
	 */
	void stop() throws InterruptedException {
		this.thread.interrupt();
		this.thread.join();
	}

}
