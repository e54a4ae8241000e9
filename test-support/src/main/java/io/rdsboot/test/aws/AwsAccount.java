package io.rdsboot.test.aws;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The AWS account of a cluster, as its addresses and its HTTP endpoint see it: the access
 * keys, and who may log in by token. Thread-safe.
 */
public final class AwsAccount {

	private final String region;

	private final AccessKey accessKey;

	private final Map<String, AccessKey> keys = new ConcurrentHashMap<>();

	private final Set<String> deniedUsers = ConcurrentHashMap.newKeySet();

	private volatile boolean iamAuthentication;

	/**
	 * Creates an account.
	 * @param region the one region in which it has anything
	 * @param accessKey its key that lasts
	 * @param iamAuthentication whether IAM database authentication is on at first
	 */
	public AwsAccount(String region, AccessKey accessKey, boolean iamAuthentication) {
		this.region = region;
		this.accessKey = accessKey;
		this.iamAuthentication = iamAuthentication;
		this.keys.put(accessKey.id(), accessKey);
	}

	public String region() {
		return this.region;
	}

	public AccessKey accessKey() {
		return this.accessKey;
	}

	/**
	 * Adds a key, such as a temporary one.
	 * @param key the key
	 */
	public void add(AccessKey key) {
		this.keys.put(key.id(), key);
	}

	/**
	 * Finds a key.
	 * @param id its public part
	 * @return the key, or {@code null} when the account has none of that id
	 */
	public @Nullable AccessKey key(String id) {
		return this.keys.get(id);
	}

	/**
	 * Whether the instances of the cluster have IAM database authentication on.
	 * @return whether they accept tokens
	 */
	public boolean isIamAuthentication() {
		return this.iamAuthentication;
	}

	public void setIamAuthentication(boolean on) {
		this.iamAuthentication = on;
	}

	/**
	 * Whether a policy allows {@code rds-db:connect} as a database user.
	 * @param username the user
	 * @return whether it is allowed, as it is for all users at first
	 */
	public boolean mayConnect(String username) {
		return !this.deniedUsers.contains(username);
	}

	public void denyConnect(String username) {
		this.deniedUsers.add(username);
	}

	public void allowConnect(String username) {
		this.deniedUsers.remove(username);
	}

}
