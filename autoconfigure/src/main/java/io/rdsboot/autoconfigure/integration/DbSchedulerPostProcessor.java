package io.rdsboot.autoconfigure.integration;

import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import io.rdsboot.routing.infrastructure.InfrastructureDataSource;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.function.SingletonSupplier;

/**
 * Lets db-scheduler's starter take an {@link InfrastructureDataSource} where the
 * application has not chosen a data source for it. The starter asks a
 * {@link DbSchedulerCustomizer}, of which there is always one: the application's, or one
 * of its own. Thread-safe.
 */
final class DbSchedulerPostProcessor implements BeanPostProcessor, MethodInterceptor {

	private final Supplier<InfrastructureDataSource> view;

	/**
	 * Create a post-processor.
	 * @param dataSource asked for when the scheduler is made, because post-processors are
	 * made before all other beans
	 */
	DbSchedulerPostProcessor(ObjectProvider<DataSource> dataSource) {
		this.view = SingletonSupplier.of(() -> new InfrastructureDataSource(dataSource.getObject()));
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (!(bean instanceof DbSchedulerCustomizer)) {
			return bean;
		}
		NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
		pointcut.setMappedName("dataSource");
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(!Modifier.isFinal(bean.getClass().getModifiers()));
		factory.addAdvisor(new DefaultPointcutAdvisor(pointcut, this));
		return factory.getProxy(bean.getClass().getClassLoader());
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Optional<?> chosen = (Optional<?>) invocation.proceed();
		return (chosen != null && chosen.isPresent()) ? chosen : Optional.of(this.view.get());
	}

}
