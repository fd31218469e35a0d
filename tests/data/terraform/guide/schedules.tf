# More at night: these set counts of an Auto Scaling group.
resource "aws_autoscaling_schedule" "night_scale_up" {
  scheduled_action_name  = "night-scale-up"
  autoscaling_group_name = aws_autoscaling_group.batch.name
  min_size               = 0
  max_size               = 100
  desired_capacity       = 50
  recurrence             = "0 22 * * 1-5"
}

resource "aws_autoscaling_schedule" "morning_scale_down" {
  scheduled_action_name  = "morning-scale-down"
  autoscaling_group_name = aws_autoscaling_group.batch.name
  min_size               = 0
  max_size               = 20
  desired_capacity       = 0
  recurrence             = "0 8 * * 1-5"
}
