package io.rdsboot.move.autoconfigure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Takes the step that the application was started for ({@code --rds.move.step}), tells
 * what it has done, and ends the application. One that is refused or fails fails the
 * start.
 */
class MoveStepRunner implements ApplicationRunner {

	private static final Logger logger = LoggerFactory.getLogger(MoveStepRunner.class);

	private final MoveSteps steps;

	private final RdsMoveProperties properties;

	private final ConfigurableApplicationContext context;

	MoveStepRunner(MoveSteps steps, RdsMoveProperties properties, ConfigurableApplicationContext context) {
		this.steps = steps;
		this.properties = properties;
		this.context = context;
	}

	@Override
	public void run(ApplicationArguments arguments) throws Exception {
		String step = String.valueOf(this.properties.getStep());
		Object outcome = this.steps.take(step, this.properties.getShare());
		logger.info("Step '{}' of the move is done: {}", step, outcome);
		this.context.close();
	}

}
