package io.rdsboot.autoconfigure.integration;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

/**
 * Log of the executors for {@code @Async} methods that carry no session, because they
 * take no task decorator. Written at start.
 */
class UndecoratedExecutorLog implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(UndecoratedExecutorLog.class);

	private final ConfigurableListableBeanFactory beanFactory;

	UndecoratedExecutorLog(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.beanFactory.containsBean(TaskManagementConfigUtils.ASYNC_ANNOTATION_PROCESSOR_BEAN_NAME)) {
			for (String name : this.beanFactory.getBeanNamesForType(Executor.class, true, false)) {
				Class<?> type = this.beanFactory.getType(name, false);
				if (type != null && takesNoDecorator(type)) {
					logger
						.info("@Async methods that run on the executor '{}' ({}) may not see what their caller has just written: "
								+ "it takes no task decorator. Declare it as a ThreadPoolTaskExecutor, or hand it each "
								+ "task by new ConsistencyTaskDecorator().decorate(task)", name, type.getName());
				}
			}
		}
	}

	/**
	 * Return whether it is one of the JDK's or one of Spring's that does the same. What
	 * the application has written itself may well carry the session.
	 */
	private static boolean takesNoDecorator(Class<?> type) {
		return VirtualThreadTaskExecutor.class.isAssignableFrom(type)
				|| (type.getPackageName().equals("java.util.concurrent") && !type.isInterface()
						&& !ScheduledExecutorService.class.isAssignableFrom(type));
	}

}
