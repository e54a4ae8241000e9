package io.rdsboot.test.spring;

import org.springframework.beans.factory.aot.BeanRegistrationExcludeFilter;
import org.springframework.beans.factory.support.RegisteredBean;

/**
 * Leaves the connection details of a cluster out of what is generated ahead of time for a
 * test. Each run has a cluster of its own, and registers them anew.
 */
class LocalRdsBeanRegistrationExcludeFilter implements BeanRegistrationExcludeFilter {

	@Override
	public boolean isExcludedFromAotProcessing(RegisteredBean registeredBean) {
		return registeredBean.getMergedBeanDefinition().hasAttribute(ConnectionDetailsRegistrar.OF_CLUSTER);
	}

}
