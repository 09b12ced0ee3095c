"""What is away for a while is waited for; what is to stop has its time to finish."""
