package io.rdsboot.sample.indexing;

import io.rdsboot.sample.text.PassageSplitter;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Beans of the indexing job.
 */
@Configuration(proxyBeanMethods = false)
class IndexConfiguration {

	@Bean
	PassageSplitter passageSplitter(IndexProperties properties) {
		return new PassageSplitter(properties.passageLength(), properties.passageOverlap());
	}

	@Bean
	ThreadPoolTaskExecutor indexExecutor() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setThreadNamePrefix("index-");
		executor.setCorePoolSize(1);
		executor.setMaxPoolSize(1);
		// Each file is one transaction: stopping in between leaves none half stored
		executor.setWaitForTasksToCompleteOnShutdown(false);
		executor.setAwaitTerminationSeconds(10);
		return executor;
	}

}
