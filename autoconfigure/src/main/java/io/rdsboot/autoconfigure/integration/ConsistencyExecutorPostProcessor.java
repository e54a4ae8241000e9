package io.rdsboot.autoconfigure.integration;

import java.util.List;
import java.util.function.Consumer;

import io.rdsboot.routing.consistency.ConsistencyTaskDecorator;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Adds a {@link ConsistencyTaskDecorator} to Spring's executors, beside the decorator
 * that they have.
 */
class ConsistencyExecutorPostProcessor implements BeanPostProcessor {

	private static final String FIELD = "taskDecorator";

	/**
	 * Before an executor is initialized, which is when it takes its decorator over.
	 */
	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof ThreadPoolTaskExecutor executor) {
			decorate(executor, executor::setTaskDecorator);
		}
		else if (bean instanceof SimpleAsyncTaskExecutor executor && !(bean instanceof TaskScheduler)) {
			decorate(executor, executor::setTaskDecorator);
		}
		return bean;
	}

	/**
	 * Set our decorator, and around it the one that is set. Spring's executors do not
	 * tell which that is; one whose field cannot be found is left as it is.
	 */
	private static void decorate(Object executor, Consumer<TaskDecorator> setter) {
		DirectFieldAccessor fields = new DirectFieldAccessor(executor);
		if (fields.isReadableProperty(FIELD)) {
			ConsistencyTaskDecorator decorator = new ConsistencyTaskDecorator();
			Object present = fields.getPropertyValue(FIELD);
			setter.accept((present != null) ? new CompositeTaskDecorator(List.of(decorator, (TaskDecorator) present))
					: decorator);
		}
	}

}
