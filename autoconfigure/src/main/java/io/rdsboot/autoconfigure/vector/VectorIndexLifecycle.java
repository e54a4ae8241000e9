package io.rdsboot.autoconfigure.vector;

import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.recall.RecallTuner;

import org.springframework.context.SmartLifecycle;

/**
 * Lets a {@link VectorIndexManager} and a {@link RecallTuner} begin once all else has
 * started, and end before all else stops.
 */
class VectorIndexLifecycle implements SmartLifecycle {

	private final VectorIndexManager manager;

	private final RecallTuner tuner;

	private volatile boolean running;

	VectorIndexLifecycle(VectorIndexManager manager, RecallTuner tuner) {
		this.manager = manager;
		this.tuner = tuner;
	}

	@Override
	public void start() {
		this.manager.start();
		this.tuner.start();
		this.running = true;
	}

	@Override
	public void stop() {
		this.tuner.close();
		this.manager.close();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
