package io.rdsboot.test;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Registers a shared cluster, and the connection details made from it, in a test's
 * application context. Equal for equal settings, so that contexts are cached.
 */
final class LocalRdsContextCustomizer implements ContextCustomizer {

	private static final String BEAN_NAME = "localRdsCluster";

	private final LocalRds annotation;

	LocalRdsContextCustomizer(LocalRds annotation) {
		this.annotation = annotation;
	}

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
		LocalRdsCluster cluster = SharedClusters.INSTANCE.get(this.annotation);
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		// A singleton and no definition: the context does not close what others share.
		beanFactory.registerSingleton(BEAN_NAME, cluster);
		context.addBeanFactoryPostProcessor((refreshed) -> ContextUse.begin(cluster, refreshed));
		if (beanFactory instanceof BeanDefinitionRegistry registry) {
			ConnectionDetailsRegistrar.register(cluster, beanFactory, registry);
		}
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof LocalRdsContextCustomizer customizer
				&& SharedClusters.settings(this.annotation).equals(SharedClusters.settings(customizer.annotation));
	}

	@Override
	public int hashCode() {
		return SharedClusters.settings(this.annotation).hashCode();
	}

}
